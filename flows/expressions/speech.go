package expressions

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// tongue is what a language needs to say dates, amounts and numbers. Orders
// holds %[1]s for the weekday, %[2]s for the day and %[3]s for the month.
type tongue struct {
	order, year string // year follows, with %d
	first       string // how the first of a month is said
	days        [7]string
	months      [12]string
	plus, minus string
	and         string               // between units and their hundredths
	few         float64              // amounts below it are singular, besides 1
	units       map[string][4]string // by currency: one unit, several, one hundredth, several
}

// speaker is the tongue of a BCP-47 tag; English where there is none.
func speaker(tag string) tongue {
	primary, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	if t, ok := tongues[primary]; ok {
		return t
	}
	return tongues["en"]
}

// digits says a number key by key: "+1312" is "plus 1 3 1 2", "AB-12" is
// "A B 1 2". Speech engines read letters and digits one at a time when spaces
// stand between them. What is neither a letter, a digit nor a leading + is left
// out.
func digits(r *run, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	s, isText := args[0].(string)
	if !isText {
		n, ok := whole(args[0])
		if !ok {
			return nil, fmt.Errorf("digits wants text or a whole number, not %s", kind(args[0]))
		}
		s = strconv.Itoa(n)
	}
	if err := r.make(2 * len(s)); err != nil {
		return nil, err
	}
	var said []string
	for i, key := range strings.TrimSpace(s) {
		switch {
		case key == '+' && i == 0:
			said = append(said, speaker(r.scope.Language).plus)
		case unicode.IsLetter(key) || unicode.IsDigit(key):
			said = append(said, string(unicode.ToUpper(key)))
		}
	}
	return strings.Join(said, " "), nil
}

// date says a day, "2026-11-24" or an RFC 3339 instant, in the language of the
// scope: "Tuesday, November 24". The year is said when it is not the year of
// now, the one before or the one after. Text that is no date is said as it is,
// as "tomorrow" is as good to a caller.
func date(r *run, args []any) (any, error) {
	s, present, err := text(args[0])
	if err != nil || !present {
		return nil, err
	}
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		if day, err = time.Parse(time.RFC3339, s); err != nil {
			return s, nil
		}
		day = day.In(r.scope.Now.Location())
	}
	t := speaker(r.scope.Language)
	number := strconv.Itoa(day.Day())
	if day.Day() == 1 {
		number = t.first
	}
	said := fmt.Sprintf(t.order, t.days[day.Weekday()], number, t.months[day.Month()-1])
	if now := r.scope.Now; !now.IsZero() && (day.Year() < now.Year()-1 || day.Year() > now.Year()+1) {
		said += fmt.Sprintf(t.year, day.Year())
	}
	return said, nil
}

// money says an amount, a number or text that is one, rounded to hundredths:
// money(12.5, "EUR") is "12 euros and 50 cents". A currency that has no words
// in the language is said by its code: "12.50 SEK".
func money(r *run, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	currency, _, err := text(args[1])
	if err != nil {
		return nil, err
	}
	if len(currency) != 3 {
		return nil, errors.New(`money wants the code of a currency, such as "EUR"`)
	}
	amount, err := converted(func(f float64) float64 { return f })(r, args)
	if err != nil {
		return nil, err
	}
	f, _ := decimal(amount)
	hundredths, ok := whole(math.Round(math.Abs(f) * 100))
	if !ok {
		return nil, errors.New("the amount is too large to be said")
	}
	t := speaker(r.scope.Language)
	said := t.amount(hundredths, strings.ToUpper(currency))
	if f < 0 && hundredths > 0 {
		said = t.minus + " " + said
	}
	return said, nil
}

// amount says so many hundredths of a currency.
func (t tongue) amount(hundredths int, currency string) string {
	units, rest := hundredths/100, hundredths%100
	words, ok := t.units[currency]
	if !ok {
		if rest == 0 {
			return strconv.Itoa(units) + " " + currency
		}
		return fmt.Sprintf("%d.%02d %s", units, rest, currency)
	}
	large := strconv.Itoa(units) + " " + t.number(units, words[0], words[1])
	small := strconv.Itoa(rest) + " " + t.number(rest, words[2], words[3])
	switch {
	case rest == 0:
		return large
	case units == 0:
		return small
	}
	return large + " " + t.and + " " + small
}

// number is the singular or the plural.
func (t tongue) number(n int, one, several string) string {
	if n == 1 || float64(n) < t.few {
		return one
	}
	return several
}
