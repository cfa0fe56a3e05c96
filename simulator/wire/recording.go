package wire

import (
	"net/url"
	"strconv"
	"time"
)

// Recording is one recording of a call.
type Recording struct {
	SID      string        // UUID; default derived from the call. None on absent
	Status   string        // in-progress, completed, absent; "" is completed
	Length   time.Duration // of completed
	Channels int           // 1 or 2; 0 is 1
	Source   string        // RecordVerb, DialVerb, StartCallRecordingAPI …; "" is RecordVerb
	URL      string        // of completed; "" is one derived from SID. Telnyx's are valid for 10 minutes
	NoURL    bool          // as with sendRecordingUrl="false"
	Began    time.Time     // zero sends no times
}

func (r Recording) filled(c Call) Recording {
	setDefault(&r.Status, "completed")
	r.Status = Word(r.Status)
	setDefault(&r.Source, "RecordVerb")
	r.Channels = max(r.Channels, 1)
	if r.Status == "absent" {
		r.SID = ""
		return r
	}
	setDefault(&r.SID, c.NewUUID("recording "+r.Source+" "+seconds(r.Began)))
	setDefault(&r.URL, "https://media.example.net/recordings/"+r.SID+".mp3?X-Expires=600")
	return r
}

// Recording is a recording callback.
func (c Call) Recording(r Recording) url.Values {
	r = r.filled(c)
	v := with(c.ids(), "ConnectionId", c.ConnectionID, "RecordingChannels", strconv.Itoa(r.Channels),
		"RecordingSource", r.Source, "RecordingStatus", r.Status, "RecordingSid", r.SID,
		"RecordingStartTime", seconds(r.Began))
	if r.Status != "completed" {
		return v
	}
	add(v, "RecordingDuration", wholeSeconds(r.Length))
	if !r.NoURL {
		add(v, "RecordingUrl", r.URL)
	}
	if !r.Began.IsZero() {
		add(v, "RecordingEndTime", seconds(r.Began.Add(r.Length)))
	}
	return v
}

// Record is the action request of a Record: the fields of the callback, and
// who calls whom.
func (c Call) Record(r Recording) url.Values {
	return with(c.Recording(r), "From", c.From, "To", c.To)
}

// Transcription tells what a recording says.
func (c Call) Transcription(r Recording, text string) url.Values {
	r = r.filled(c)
	return with(c.ids(), "CallStatus", "in-progress", "From", c.From, "To", c.To,
		"RecordingSid", r.SID, "RecordingUrl", r.URL,
		"TranscriptionSid", c.NewUUID("transcription of "+r.SID), "TranscriptionStatus", "completed", "TranscriptionText", text)
}

// Heard is one piece of a live transcription; partial ones are corrected by
// what follows.
func (c Call) Heard(text string, final bool, confidence float64) url.Values {
	return with(c.ids(), "Transcript", text, "IsFinal", strconv.FormatBool(final), "Confidence", decimal(confidence))
}
