// The list of calls: exports say how far they are. Without a script they are
// plain downloads.
(() => {
  const { say } = console_;
  let exporting = false;

  async function save(link) {
    exporting = true;
    try {
      const answer = await fetch(link.href);
      if (answer.status === 401 || answer.redirected) return console_.signedOut();
      if (!answer.ok) return say("The export failed (" + answer.status + ").");
      const about = Number(answer.headers.get("Texmlsrv-About"));
      const parts = [];
      let lines = 0;
      for (const from = answer.body.getReader(); ;) {
        const { done, value } = await from.read();
        if (done) break;
        parts.push(value);
        for (const byte of value) if (byte === 10) lines++;
        say("Exporting: " + Math.min(lines, about).toLocaleString("en") + " of about " + about.toLocaleString("en") + " calls");
      }
      const url = URL.createObjectURL(new Blob(parts, { type: answer.headers.get("Content-Type") }));
      const to = document.createElement("a");
      to.href = url;
      to.download = link.dataset.export;
      to.click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
      say("Exported to " + link.dataset.export + ".");
    } catch {
      say("The export broke off. Try again.");
    } finally {
      exporting = false;
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-export]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!exporting) save(link);
  });
})();
