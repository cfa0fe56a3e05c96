package expressions

// tongues are the languages that dates, amounts and numbers are said in.
var tongues = map[string]tongue{
	"en": {
		order: "%[1]s, %[3]s %[2]s", year: ", %d", first: "1", plus: "plus", minus: "minus", and: "and",
		days:   [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		units: map[string][4]string{
			"EUR": {"euro", "euros", "cent", "cents"}, "USD": {"dollar", "dollars", "cent", "cents"},
			"GBP": {"pound", "pounds", "penny", "pence"}, "CHF": {"Swiss franc", "Swiss francs", "centime", "centimes"},
		},
	},
	"fr": {
		order: "%s %s %s", year: " %d", first: "1er", plus: "plus", minus: "moins", and: "et", few: 2,
		days:   [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		units: map[string][4]string{
			"EUR": {"euro", "euros", "centime", "centimes"}, "USD": {"dollar", "dollars", "cent", "cents"},
			"GBP": {"livre", "livres", "penny", "pence"}, "CHF": {"franc suisse", "francs suisses", "centime", "centimes"},
		},
	},
	"de": {
		order: "%s, %s. %s", year: " %d", first: "1", plus: "plus", minus: "minus", and: "und",
		days:   [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		units: map[string][4]string{
			"EUR": {"Euro", "Euro", "Cent", "Cent"}, "USD": {"Dollar", "Dollar", "Cent", "Cent"},
			"GBP": {"Pfund", "Pfund", "Penny", "Pence"}, "CHF": {"Franken", "Franken", "Rappen", "Rappen"},
		},
	},
	"es": {
		order: "%s, %s de %s", year: " de %d", first: "1", plus: "más", minus: "menos", and: "con",
		days:   [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		months: [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		units: map[string][4]string{
			"EUR": {"euro", "euros", "céntimo", "céntimos"}, "USD": {"dólar", "dólares", "centavo", "centavos"},
			"GBP": {"libra", "libras", "penique", "peniques"}, "CHF": {"franco suizo", "francos suizos", "céntimo", "céntimos"},
		},
	},
	"it": {
		order: "%s %s %s", year: " %d", first: "1º", plus: "più", minus: "meno", and: "e",
		days:   [7]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
		months: [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
		units: map[string][4]string{
			"EUR": {"euro", "euro", "centesimo", "centesimi"}, "USD": {"dollaro", "dollari", "centesimo", "centesimi"},
			"GBP": {"sterlina", "sterline", "penny", "pence"}, "CHF": {"franco svizzero", "franchi svizzeri", "centesimo", "centesimi"},
		},
	},
	"pt": {
		order: "%s, %s de %s", year: " de %d", first: "1º", plus: "mais", minus: "menos", and: "e",
		days:   [7]string{"domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"},
		months: [12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
		units: map[string][4]string{
			"EUR": {"euro", "euros", "cêntimo", "cêntimos"}, "USD": {"dólar", "dólares", "centavo", "centavos"},
			"GBP": {"libra", "libras", "péni", "pence"}, "CHF": {"franco suíço", "francos suíços", "cêntimo", "cêntimos"},
			"BRL": {"real", "reais", "centavo", "centavos"},
		},
	},
	"nl": {
		order: "%s %s %s", year: " %d", first: "1", plus: "plus", minus: "min", and: "en",
		days:   [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		months: [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
		units: map[string][4]string{
			"EUR": {"euro", "euro", "cent", "cent"}, "USD": {"dollar", "dollar", "cent", "cent"},
			"GBP": {"pond", "pond", "penny", "pence"}, "CHF": {"Zwitserse frank", "Zwitserse frank", "centime", "centimes"},
		},
	},
}
