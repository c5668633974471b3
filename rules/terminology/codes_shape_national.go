// SPDX-License-Identifier: Apache-2.0

package terminology

import "strings"

// cutICD10Marks takes the signs off a code that the classification writes behind it: + or † of a cause, * of a
// manifestation, ! of an addition, and - of a code that has subdivisions ("I50.1-", "I50.-").
func cutICD10Marks(code string) string {
	return strings.TrimSuffix(strings.TrimRight(code, "+†*!-"), ".")
}

// markedICD10Fault is [icd10Fault] for a code with the signs of its classification.
func markedICD10Fault(code string) string {
	if strings.HasSuffix(code, ".") {
		return icd10Shape
	}
	return icd10Fault(cutICD10Marks(code))
}

const germanICD10Shape = "a letter, two digits and, after a dot, up to two more digits are needed"

// germanICD10Fault checks a code of ICD-10-GM or of its Austrian edition, in which a letter behind the code is none of it:
// a certainty mark that was not understood makes the code unreadable.
func germanICD10Fault(code string) string {
	why := markedICD10Fault(code)
	if normal := normalICD(nil, code); why == "" && (len(normal) > 5 || !allDigits(string(normal[1:]))) {
		return germanICD10Shape
	}
	return why
}

// cutDanish takes the D of SKS off a code.
func cutDanish(code string) string {
	if len(code) > 1 && code[0]|0x20 == 'd' && isUpper(code[1]&^0x20) {
		return code[1:]
	}
	return code
}

func danishICD10Fault(code string) string         { return markedICD10Fault(cutDanish(code)) }
func danishICD10PrefixFault(prefix string) string { return icd10PrefixFault(cutDanish(prefix)) }

const icd10PCSShape = "7 digits or letters but I and O are needed"

func icd10PCSFault(code string) string {
	if len(code) != 7 {
		return icd10PCSShape
	}
	return icd10PCSPrefixFault(code)
}

func icd10PCSPrefixFault(prefix string) string {
	if len(prefix) > 7 {
		return icd10PCSShape
	}
	for i := range len(prefix) {
		if letter := prefix[i] &^ 0x20; !isDigit(prefix[i]) && (!isUpper(letter) || letter == 'I' || letter == 'O') {
			return icd10PCSShape
		}
	}
	return ""
}

const icd9ProcShape = "two digits and, after a dot, one or two more are needed"

func icd9ProcFault(code string) string {
	if strings.HasSuffix(code, ".") || len(code) < 2 {
		return icd9ProcShape
	}
	return icd9ProcPrefixFault(code)
}

func icd9ProcPrefixFault(prefix string) string {
	head, tail, ok := icdParts(prefix, 2)
	if !ok || len(tail) > 2 || !allDigits(head+tail) {
		return icd9ProcShape
	}
	return ""
}

const opsShape = "a code such as 5-470.11 or 8-98f.0, or a class above it, is needed"

// opsFault checks a code of the German procedures: a chapter, a hyphen, three characters, and after a dot one or two more.
// The hyphen and the dot may be missing, as in exports.
func opsFault(code string) string {
	if n := len(normalICD(nil, code)); strings.HasSuffix(code, ".") || n < 3 {
		return opsShape
	}
	return opsPrefixFault(code)
}

func opsPrefixFault(prefix string) string {
	for i := range len(prefix) {
		switch c := prefix[i]; {
		case c == '-' && i == 1, c == '.' && (i == 4 || i == 5):
		case isDigit(c), i > 2 && isUpper(c&^0x20):
		default:
			return opsShape
		}
	}
	if n := len(normalICD(nil, prefix)); n == 0 || n > 6 || strings.IndexByte("135689", prefix[0]) < 0 {
		return opsShape
	}
	return ""
}

func cptFault(code string) string {
	if len(code) != 5 || !allDigits(code[:4]) || !isDigit(code[4]) && strings.IndexByte("AFMTU", code[4]&^0x20) < 0 {
		return "5 digits, or 4 digits and one of A, F, M, T, U, are needed"
	}
	return ""
}

// hcpcsFault checks a code of level II, or of level I, which is CPT.
func hcpcsFault(code string) string {
	if len(code) == 5 && allDigits(code[1:]) && 'A' <= code[0]&^0x20 && code[0]&^0x20 <= 'V' || cptFault(code) == "" {
		return ""
	}
	return "a letter from A to V and 4 digits are needed"
}

// cutPZN takes the words off a code that its publisher writes as PZN-04855419.
func cutPZN(code string) string {
	if rest, ok := strings.CutPrefix(strings.ToUpper(code), "PZN"); ok {
		return strings.TrimLeft(rest, " -")
	}
	return code
}

// pznFault checks a code of the Informationsstelle für Arzneispezialitäten: 8 digits, before 2013 7, of which the last is the sum of the
// others, each times its place, modulo 11.
func pznFault(code string) string {
	digits := cutPZN(code)
	if !allDigits(digits) || len(digits) != 7 && len(digits) != 8 {
		return "8 digits are needed"
	}
	sum := 0
	for i := range len(digits) - 1 {
		sum += int(digits[i]-'0') * (i + 9 - len(digits))
	}
	if sum%11 != int(digits[len(digits)-1]-'0') {
		return "its check digit is wrong"
	}
	return ""
}

func uniiFault(code string) string {
	const shape = "10 digits or letters are needed"
	if len(code) != 10 {
		return shape
	}
	for i := range len(code) {
		if !isDigit(code[i]) && !isUpper(code[i]&^0x20) {
			return shape
		}
	}
	return ""
}
