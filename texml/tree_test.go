package texml_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"texmlsrv/texml"
)

func TestParseTree_errors(t *testing.T) {
	const decl = `<?xml version="1.0" encoding="UTF-8"?>`
	tests := []struct {
		name string
		src  string
		want string
	}{
		{"empty", "", "1:1: there is no element"},
		{"only-a-declaration", decl + "\n", "2:1: there is no element"},
		{"only-text", "\n hello", "2:2: there is text outside of the root element"},
		{"text-after-the-root", "<a/>\n x", "2:2: there is text outside of the root element"},
		{"cdata-outside", "<a/><![CDATA[]]>", "1:5: there is text outside of the root element"},
		{"two-roots", "<a/>\n<b/>", "2:1: <b> is a second root element"},
		{"not-closed", "<a>\n  <b>\n <c/>", "2:3: <b> is never closed"},
		{"closed-by-another", "<a>\n <b></c></a>", "2:5: </c> stands where <b> of 2:2 is still open"},
		{"closes-nothing", "<a/>\n</a>", "2:1: </a> closes nothing"},
		{"end-tag-not-closed", "<a></a", `1:7: "</a" is not closed: ">" is missing`},
		{"end-tag-with-attribute", "<a></a b='1'>", `1:8: "</a" is not closed: ">" is missing`},
		{"end-tag-without-a-name", "<a></>", "1:6: the name of an element is missing"},
		{"tag-not-closed", "<a>\n <b c='1'", `2:2: "<b" is never closed: ">" is missing`},
		{"bare-less-than", "<a>é 1 < 2</a>", `1:8: no element begins here: "<" in text is written "&lt;"`},
		{"less-than-at-the-end", "<a>1 <", `1:6: no element begins here: "<" in text is written "&lt;"`},
		{"bare-ampersand", "<a>\n Tom & Jerry</a>", `2:6: "&" is written "&amp;"`},
		{"ampersand-in-a-query", "<a b='?x=1&y=2'/>", `1:11: "&" is written "&amp;"`},
		{"ampersand-before-a-distant-semicolon", "<a>R&D, and more;</a>", `1:5: "&" is written "&amp;"`},
		{"html-entity", "<a>\u00e9&nbsp;</a>", "1:5: &nbsp; is not an entity of XML (amp, lt, gt, quot, apos are): write the character itself"},
		{"reference-to-nul", "<a>&amp;&#0;</a>", "1:9: &#0; is not a character that XML allows"},
		{"reference-to-a-surrogate", "<a b='&#xD800;'/>", "1:7: &#xD800; is not a character that XML allows"},
		{"reference-too-large", "<a>&#99999999999;</a>", "1:4: &#99999999999; is not a character that XML allows"},
		{"reference-with-a-capital-x", "<a>&#X41;</a>", "1:4: &#X41; is not a character that XML allows"},
		{"cdata-end-in-text", "<a>x ]]> y</a>", `1:6: "]]>" in text is written "]]&gt;"`},
		{"cdata-not-closed", "<a>\n<![CDATA[x]]</a>", `2:1: the CDATA section is never closed: "]]>" is missing`},
		{"comment-not-closed", "<a>\n <!-- x</a>", `2:2: the comment is never closed: "-->" is missing`},
		{"comment-with-hyphens", "<a><!-- x -- y --></a>", `1:11: "--" is not allowed in a comment`},
		{"comment-ends-in-three-hyphens", "<a><!-- x ---></a>", `1:11: "--" is not allowed in a comment`},
		{"doctype", "<!DOCTYPE a [<!ENTITY x 'y'>]>\n<a>&x;</a>", "1:1: a DOCTYPE is not allowed"},
		{"doctype-within", "<a><!DOCTYPE a></a>", "1:4: a DOCTYPE is not allowed"},
		{"entity-declaration", "<!ENTITY a 'b'><a/>", `1:1: "<!" begins neither a comment nor a CDATA section`},
		{"processing-instruction", "<?php echo 1 ?><a/>", "1:1: processing instructions are not allowed"},
		{"stylesheet", decl + "\n<?xml-stylesheet href='x'?><a/>", "2:1: processing instructions are not allowed"},
		{"declaration-not-first", "\n" + decl + "<a/>", "2:1: the XML declaration belongs at the very beginning"},
		{"declaration-not-closed", "<?xml version='1.0'><a/>", `1:1: the XML declaration is never closed: "?>" is missing`},
		{"declaration-without-a-version", "<?xml encoding='UTF-8'?><a/>", "1:6: the XML declaration begins with a version"},
		{"version-1.1", "<?xml version='1.1'?><a/>", "1:16: the XML version must be 1.0"},
		{"latin-1", `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, "1:31: the encoding must be UTF-8"},
		{"standalone-maybe", `<?xml version="1.0" standalone="maybe"?><a/>`, "1:33: standalone is yes or no"},
		{"declaration-with-more", `<?xml version="1.0" foo="1"?><a/>`, "1:21: this does not belong in an XML declaration"},
		{"declaration-version-without-value", `<?xml version ?><a/>`, "1:15: the attribute version has no value"},
		{"invalid-utf-8", "<a>\né\xff</a>", "2:2: the source is not UTF-8: byte 0xFF"},
		{"utf-16", "\xfe\xff\x00<\x00a", "1:1: the source is not UTF-8: byte 0xFE"},
		{"nul", "<a b='x\x00'/>", "1:8: the character U+0000 is not allowed in XML"},
		{"u-fffe-in-a-comment", "<a><!--\uFFFE--></a>", "1:8: the character U+FFFE is not allowed in XML"},
		{"attribute-twice", "<a b='1'\n   c='' b='2'/>", "2:9: the attribute b stands twice in <a>"},
		{"attribute-without-a-value", "<a b/>", "1:5: the attribute b has no value"},
		{"attribute-without-quotes", "<a b=1/>", "1:6: the value of b is not in straight quotes"},
		{"typographic-quotes", "<a b=“1”/>", "1:6: the value of b is not in straight quotes"},
		{"attribute-at-the-end", "<a b=", "1:6: the value of b is not in straight quotes"},
		{"attribute-never-closed", "<a b='1/>", "1:6: the value of b is never closed: ' is missing"},
		{"closing-quote-missing", "<a b=\"1>\n<c d=\"\"/></a>", `2:1: "<" in the value of b is written "&lt;" (or its closing " is missing)`},
		{"no-space-between-attributes", "<a b='1'c='2'/>", "1:9: a space is missing here in <a>"},
		{"junk-in-a-tag", "<a ?>", "1:4: the name of an attribute is missing"},
		{"slash-and-space", "<a / >", "1:4: the name of an attribute is missing"},
		{"name-with-a-digit-first", "<a 1b='x'/>", `1:4: "1b" is not a name`},
		{"name-with-two-colons", "<a b:c:d='x'/>", `1:4: "b:c:d" is not a name`},
		{"name-ends-in-a-colon", "<a:/>", `1:2: "a:" is not a name`},
		{"undeclared-prefix-of-an-attribute", "<a>\n <b c='' flow:if='x'/></a>", `2:10: the prefix flow is not declared: xmlns:flow="…" is missing`},
		{"undeclared-prefix-of-an-element", "<a><x:b/></a>", `1:5: the prefix x is not declared: xmlns:x="…" is missing`},
		{"prefix-out-of-scope", "<a><b xmlns:x='u'/><x:c/></a>", `1:21: the prefix x is not declared: xmlns:x="…" is missing`},
		{"prefix-declared-as-nothing", "<a xmlns:x=''/>", "1:4: the prefix x is declared as nothing"},
		{"prefix-xmlns", "<a xmlns:xmlns='u'/>", "1:4: the namespaces of xml and xmlns cannot be declared anew"},
		{"prefix-xml-elsewhere", "<a xmlns:xml='u'/>", "1:4: the namespaces of xml and xmlns cannot be declared anew"},
		{"element-xmlns", "<xmlns:a/>", "1:2: an element cannot have the prefix xmlns"},
		{"one-attribute-under-two-prefixes", "<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='2'/>", "1:36: x:b and y:b are the same attribute"},
		{"too-many-attributes", "<a\n" + manyAttributes(300) + "/>", "2:1940: <a> has more than 256 attributes"},
		{"too-deep", strings.Repeat("<a>", 300), "1:769: elements are nested more than 256 deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := texml.ParseTree([]byte(tt.src))
			if _, ok := errors.AsType[*texml.SyntaxError](err); !ok {
				t.Fatalf("error = %v (%T), want a *SyntaxError", err, err)
			}
			if err.Error() != tt.want {
				t.Errorf("error\n got %s\nwant %s", err, tt.want)
			}
		})
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d=''", i)
	}
	return b.String()
}

func TestParseTree_accepts(t *testing.T) {
	tests := []struct{ name, src, text string }{
		{"byte-order-mark", "\uFEFF<?xml version='1.0'?><a>x</a>", "x"},
		{"declaration-in-full", `<?xml version="1.0" encoding="utf-8" standalone='yes' ?><a>x</a>`, "x"},
		{"comments-around", "<!-- a --><a>x</a><!-- b -->\n", "x"},
		{"entities", "<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</a>", `<&>"'AB`},
		{"line-ends", "<a>1\r\n2\r3&#13;\n4</a>", "1\n2\n3\r\n4"},
		{"cdata", "<a>x<![CDATA[<b>&amp;\r\n]]]]>y</a>", "x<b>&amp;\n]]y"},
		{"declared-prefix", "<a xmlns:f='u' f:if='1'>x</a>", "x"},
		{"prefix-xml", "<a xml:lang='en'>x</a>", "x"},
		{"name-that-begins-with-xml", "<a><xmlish/>x</a>", "x"},
		{"name-outside-of-ascii", "<élément>x</élément>", "x"},
		{"name-with-everything", "<_a-1.\u00b7e\u0301\u203f:b xmlns:_a-1.\u00b7e\u0301\u203f='u'>x</_a-1.\u00b7e\u0301\u203f:b>", "x"},
		{"space-in-tags", "<a\n b = '1'\t>x</a\n>", "x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, err := texml.ParseTree([]byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			for _, tok := range tree.Root.Child {
				if cd, ok := tok.(*etree.CharData); ok {
					text.WriteString(cd.Data)
				}
			}
			if text.String() != tt.text {
				t.Errorf("text = %q, want %q", text.String(), tt.text)
			}
		})
	}
}

func TestParseTree_whitespaceInAttributes(t *testing.T) {
	tree, err := texml.ParseTree([]byte("<a b='1\r\n2\t3&#10;4&#9;5'/>"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tree.Root.SelectAttrValue("b", ""), "1 2 3\n4\t5"; got != want {
		t.Errorf("b = %q, want %q: literal whitespace becomes spaces, references stay", got, want)
	}
}

const positioned = "<?xml version='1.0'?>\n" +
	"<Response xmlns:flow='u'>\n" +
	"  <Say voice = \"é{{ v }}\" flow:if='&amp;&amp;{{ a }}{{ b }}'>Tom &amp; {{ x }}\n" +
	"    é {{ y }}<![CDATA[{{ z }}]]></Say><!-- c -->\n" +
	"</Response>"

func TestTree_positions(t *testing.T) {
	tree, err := texml.ParseTree([]byte(positioned))
	if err != nil {
		t.Fatal(err)
	}
	say := tree.Root.SelectElement("Say")
	text, cdata := say.Child[0].(*etree.CharData), say.Child[1].(*etree.CharData)
	if text.IsCData() || !cdata.IsCData() {
		t.Fatal("CDATA was not kept apart from text")
	}
	comment := tree.Root.Child[2]
	tests := []struct {
		name string
		got  texml.Pos
		want string
	}{
		{"root", tree.Pos(tree.Root), "2:1"},
		{"element", tree.Pos(say), "3:3"},
		{"text", tree.Pos(text), "3:62"},
		{"cdata", tree.Pos(cdata), "4:14"},
		{"comment", tree.Pos(comment), "4:39"},
		{"layout", tree.Pos(tree.Root.Child[0]), "2:26"},
		{"attribute", tree.AttrPos(say, "voice"), "3:17"},
		{"attribute-with-prefix", tree.AttrPos(say, "flow:if"), "3:36"},
		{"attribute-declaration", tree.AttrPos(tree.Root, "xmlns:flow"), "2:23"},
		{"braces-in-text", tree.TextPos(text, 0), "3:72"},
		{"second-braces-in-text", tree.TextPos(text, 1), "4:7"},
		{"braces-in-cdata", tree.TextPos(cdata, 0), "4:23"},
		{"too-many-braces", tree.TextPos(text, 2), "3:62"},
		{"negative-braces", tree.TextPos(text, -1), "3:62"},
		{"braces-in-attribute", tree.AttrTextPos(say, "voice", 0), "3:18"},
		{"second-braces-in-attribute", tree.AttrTextPos(say, "flow:if", 1), "3:53"},
		{"unknown-attribute", tree.AttrPos(say, "if"), "0:0"},
		{"unknown-attribute-text", tree.AttrTextPos(say, "if", 0), "0:0"},
		{"unknown-element", tree.Pos(etree.NewElement("x")), "0:0"},
		{"unknown-text", tree.TextPos(etree.NewText("x"), 0), "0:0"},
		{"no-token", tree.Pos(nil), "0:0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got.String() != tt.want {
				t.Errorf("position = %v, want %s", tt.got, tt.want)
			}
		})
	}
}
