// SPDX-License-Identifier: Apache-2.0

package terminology

import "strings"

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// verhoeffPermutation is applied to a digit once more for every place to the left.
const verhoeffPermutation = "1576283094"

// verhoeffProduct is the product of the dihedral group of order 10: 0 to 4 are
// rotations, 5 to 9 reflections.
func verhoeffProduct(a, b byte) byte {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return 5 + (a+b)%5
	case b < 5:
		return 5 + (a-b)%5
	}
	return (a - b + 5) % 5
}

// snomedFault checks an identifier of a concept (SNOMED CT Release File
// Specification, section SCTID).
func snomedFault(code string) string {
	switch n := len(code); {
	case !allDigits(code) || n < 6 || n > 18 || code[0] == '0':
		return "6 to 18 digits are needed, the first not 0"
	case code[n-3:n-1] != "00" && code[n-3:n-1] != "10":
		return "its partition is not that of a concept: 00 or 10 before the check digit"
	}
	sum := byte(0)
	for i := range len(code) {
		digit := code[len(code)-1-i] - '0'
		for range i % 8 {
			digit = verhoeffPermutation[digit] - '0'
		}
		sum = verhoeffProduct(sum, digit)
	}
	if sum != 0 {
		return "its check digit is wrong"
	}
	return ""
}

// loincFault checks a code of a term: digits, a hyphen and a mod 10 check
// digit. Of answers, parts and groups (LA6576-8, LP14559-6, LG…) it checks
// only the shape.
func loincFault(code string) string {
	const shape = "up to 7 digits, a hyphen and a check digit are needed"
	digits, check, ok := strings.Cut(code, "-")
	term := true
	if len(digits) > 2 && digits[0] == 'L' && isUpper(digits[1]) {
		digits, term = digits[2:], false
	}
	if !ok || !allDigits(digits) || len(digits) > 7 || digits[0] == '0' || len(check) != 1 || !isDigit(check[0]) {
		return shape
	}
	if !term {
		return ""
	}
	sum := int(check[0] - '0')
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d = 2*d/10 + 2*d%10
		}
		sum += d
	}
	if sum%10 != 0 {
		return "its check digit is wrong"
	}
	return ""
}

func rxnormFault(code string) string {
	if !allDigits(code) || len(code) > 8 || code[0] == '0' {
		return "1 to 8 digits are needed, the first not 0"
	}
	return ""
}

func cvxFault(code string) string {
	if !allDigits(code) || len(code) > 3 {
		return "1 to 3 digits are needed"
	}
	return ""
}

// icdParts takes a code apart at its dot, which may be missing, after the
// category of the given length. It reports false for a dot elsewhere.
func icdParts(code string, category int) (head, tail string, ok bool) {
	head, tail, dotted := strings.Cut(code, ".")
	if dotted {
		return head, tail, len(head) == category && !strings.Contains(tail, ".")
	}
	if len(code) <= category {
		return code, "", true
	}
	return code[:category], code[category:], true
}

// No code has the letter O but as its first: there it is a misread
// zero (B2O for B20). The third place holds a digit, A or B (C7A, Z3A).
const icd10Shape = "a letter, a digit, a digit or A or B and, after a dot, up to 4 more digits or letters but O are needed"

func icd10Fault(code string) string {
	if strings.HasSuffix(code, ".") || len(code) < 3 {
		return icd10Shape
	}
	return icd10PrefixFault(code)
}

func icd10PrefixFault(prefix string) string {
	head, tail, ok := icdParts(prefix, 3)
	if !ok || len(tail) > 4 || head == "" {
		return icd10Shape
	}
	for i := range len(head) {
		letter, digit := head[i]&^0x20, isDigit(head[i])
		if i == 0 && !isUpper(letter) || i == 1 && !digit || i == 2 && !digit && letter != 'A' && letter != 'B' {
			return icd10Shape
		}
	}
	for i := range len(tail) {
		if letter := tail[i] &^ 0x20; !isDigit(tail[i]) && (!isUpper(letter) || letter == 'O') {
			return icd10Shape
		}
	}
	return ""
}

const icd9Shape = "250.00, V58.6, E933.1 and, of procedures, 99.25 are such codes"

// icd9Category is how many characters stand before the dot and the most that
// stand after it.
func icd9Category(code string) (category, most int) {
	switch {
	case code != "" && code[0]|0x20 == 'e':
		return 4, 1
	case strings.IndexByte(code, '.') == 2 && isDigit(code[0]):
		return 2, 2 // a procedure
	}
	return 3, 2
}

func icd9Fault(code string) string {
	if category, _ := icd9Category(code); strings.HasSuffix(code, ".") || len(code) < category {
		return icd9Shape
	}
	return icd9PrefixFault(code)
}

func icd9PrefixFault(prefix string) string {
	category, most := icd9Category(prefix)
	head, tail, ok := icdParts(prefix, category)
	if !ok || head == "" || len(tail) > most || tail != "" && !allDigits(tail) {
		return icd9Shape
	}
	if first := head[0] | 0x20; (first == 'e' || first == 'v') && len(head) > 1 {
		head = head[1:]
	} else if first == 'e' || first == 'v' {
		return ""
	}
	if !allDigits(head) {
		return icd9Shape
	}
	return ""
}

const atcShape = "a code such as L04AB02, or a class above it: L04AB, L04A, L04, L"

func atcFault(code string) string {
	switch len(code) {
	case 1, 3, 4, 5, 7:
		return atcPrefixFault(code)
	}
	return atcShape
}

func atcPrefixFault(prefix string) string {
	if prefix == "" || len(prefix) > 7 || strings.IndexByte("ABCDGHJLMNPRSV", prefix[0]) < 0 {
		return atcShape
	}
	for i := 1; i < len(prefix); i++ {
		if letter := i == 3 || i == 4; letter != isUpper(prefix[i]) || !letter && !isDigit(prefix[i]) {
			return atcShape
		}
	}
	return ""
}

const ndcShape = "11 digits, or 10 or 11 in segments 4-4-2, 5-3-2, 5-4-1 or 5-4-2, are needed"

// ndcFault checks a package code. Ten digits without hyphens may be any of
// three packages.
func ndcFault(code string) string {
	if len(code) == 11 && allDigits(code) {
		return ""
	}
	parts := strings.Split(code, "-")
	if len(parts) != 3 {
		return ndcShape
	}
	for _, p := range parts {
		if !allDigits(p) {
			return ndcShape
		}
	}
	switch [3]int{len(parts[0]), len(parts[1]), len(parts[2])} {
	case [3]int{4, 4, 2}, [3]int{5, 3, 2}, [3]int{5, 4, 1}, [3]int{5, 4, 2}:
		return ""
	}
	return ndcShape
}

func ndcPrefixFault(prefix string) string {
	if !allDigits(prefix) || len(prefix) > 11 {
		return "the first of its 11 digits are needed, without hyphens"
	}
	return ""
}
