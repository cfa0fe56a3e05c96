package expressions_test

import (
	"strconv"
	"testing"
)

func TestSpeech(t *testing.T) {
	tests := []struct{ language, source, want string }{
		{"en-US", `date("2026-11-24")`, "Tuesday, November 24"},
		{"fr-FR", `date("2026-11-24")`, "mardi 24 novembre"},
		{"fr", `date("2027-01-01")`, "vendredi 1er janvier"},
		{"de-AT", `date("2026-11-24")`, "Dienstag, 24. November"},
		{"es-MX", `date("2026-11-24")`, "martes, 24 de noviembre"},
		{"it", `date("2026-12-01")`, "martedì 1º dicembre"},
		{"pt_BR", `date("2026-12-01")`, "terça-feira, 1º de dezembro"},
		{"nl-NL", `date("2026-11-24")`, "dinsdag 24 november"},
		{"ja-JP", `date("2026-11-24")`, "Tuesday, November 24"},
		{"", `date("2026-11-24")`, "Tuesday, November 24"},
		{"en", `date("1987-02-03")`, "Tuesday, February 3, 1987"},
		{"es", `date("1987-02-03")`, "martes, 3 de febrero de 1987"},
		{"en", `date("2026-11-24T23:30:00Z")`, "Wednesday, November 25"},
		{"en", `date("tomorrow")`, "tomorrow"},
		{"en", `string(date(gathered.nothing))`, ""},
		{"en", `money(12.5, "EUR")`, "12 euros and 50 cents"},
		{"en", `money(1, "usd")`, "1 dollar"},
		{"en", `money("0.01", "GBP")`, "1 penny"},
		{"en", `money(0, "EUR")`, "0 euros"},
		{"en", `money(-3.999, "EUR")`, "minus 4 euros"},
		{"fr-FR", `money(0, "EUR")`, "0 euro"},
		{"fr-FR", `money(1250, "EUR")`, "1250 euros"},
		{"fr-FR", `money(12.5, "CHF")`, "12 francs suisses et 50 centimes"},
		{"de", `money(12.5, "CHF")`, "12 Franken und 50 Rappen"},
		{"es", `money(1.01, "EUR")`, "1 euro con 1 céntimo"},
		{"it", `money(2.2, "USD")`, "2 dollari e 20 centesimi"},
		{"pt", `money(2.2, "BRL")`, "2 reais e 20 centavos"},
		{"nl", `money(-2, "GBP")`, "min 2 pond"},
		{"en", `money(12.5, "SEK")`, "12.50 SEK"},
		{"en", `money(1200, "JPY")`, "1200 JPY"},
		{"en", `string(money(gathered.nothing, "EUR"))`, ""},
		{"en", `digits("+1 (312) 5")`, "plus 1 3 1 2 5"},
		{"es", `digits("+34")`, "más 3 4"},
		{"en", `digits(1204)`, "1 2 0 4"},
		{"en", `digits("ab-12")`, "A B 1 2"},
		{"en", `string(digits(gathered.nothing))`, ""},
	}
	for i, tt := range tests {
		t.Run(tt.language+strconv.Itoa(i), func(t *testing.T) {
			s := scope(t)
			s.Language = tt.language
			if got, err := compile(t, tt.source).Eval(s); err != nil || got != tt.want {
				t.Errorf("%s: got %q, %v, want %q", tt.source, got, err, tt.want)
			}
		})
	}
}

func TestSpeechErrors(t *testing.T) {
	tests := []struct{ source, want string }{
		{`money(1, "euro")`, `money wants the code of a currency, such as "EUR"`},
		{`money(1, gathered.nothing)`, `money wants the code of a currency, such as "EUR"`},
		{`money("much", "EUR")`, "the text is not a number"},
		{`money(1e300, "EUR")`, "the amount is too large to be said"},
		{`digits(4.5)`, "digits wants text or a whole number, not a number"},
		{`date(gathered.guests)`, "text is wanted here, not a number"},
	}
	for i, tt := range tests {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			if v, err := compile(t, tt.source).Eval(scope(t)); err == nil || err.Error() != tt.want {
				t.Errorf("%s: got %v and error %v, want %s", tt.source, v, err, tt.want)
			}
		})
	}
}
