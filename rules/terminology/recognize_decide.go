// SPDX-License-Identifier: Apache-2.0

package terminology

// codeRelation is how one coding of a fact stands to the codes of a set of terms.
type codeRelation struct {
	listed bool  // the very code is listed
	prefix int16 // length of the longest listed prefix that the code begins with
	// near: the code and a listed one are of one branch of a hierarchy, ICD or
	// ATC. Either the code is the less specific: B18 where B18.1 is listed. Or
	// B18 is listed without a *, and the code is B18.1.
	near bool
}

// codingMeaning is the meaning of one coding of a fact for a concept.
type codingMeaning struct{ yes, except, perhaps bool }

// weighRelations weighs the codes that a concept lists against those that it excepts, for one coding. The
// more specific saying wins: the very code, then the longer prefix, so that
// except I15* cuts its hole into I1*. Terms that say both of one code contradict
// themselves. A prefix says nothing sure of a code that is near to a listed code
// of the other side: with I1* but not I15.0, I15 may be either.
func weighRelations(listed, except codeRelation) codingMeaning {
	switch {
	case listed.listed || except.listed:
		return codingMeaning{yes: listed.listed, except: except.listed}
	case listed.prefix > except.prefix:
		return codingMeaning{yes: !except.near, perhaps: except.near}
	case listed.prefix < except.prefix:
		return codingMeaning{except: !listed.near, perhaps: listed.near}
	case listed.prefix > 0:
		return codingMeaning{yes: true, except: true}
	}
	return codingMeaning{perhaps: listed.near}
}

// evidence is all that a fact says of the terms of one concept.
type evidence struct {
	coded    int16 // 1 + index of the first coding that says yes; 0: none does
	perhaps  int16 // 1 + index of the first coding that may mean the concept
	excepted bool  // a coding or a name says that it is not the concept
	whole    bool  // a whole text equals a name
	within   bool  // a name stands in a text
	// An excepted name stands in a text, and a name that it does not touch
	// stands in one too: "HIV infection; family history of diabetes".
	exceptName, free bool
}

// covered is whether a concept with certain systems and names could have
// recognised a fact.
type covered struct {
	codes    bool // a well-formed code in a system that the concept lists
	readable bool
}

// decide grades a fact for the terms of one concept; zero is a plain no. The
// coding is the one that decided, or -1.
//
//   - A listed code says yes, and only "may be" if the same fact holds a code or
//     a name that is excepted: one of the two is wrong.
//   - An excepted code or name says no, but an excepted name that leaves a name
//     elsewhere in the text untouched says "may be", but of a product.
//   - Medications: a name in the text says yes.
//   - Observations with a well-formed code in a system that the concept lists:
//     the code decides, for texts of tests are too much alike. A text that
//     equals a name says "may be", any other no.
//   - The others: a text that equals a name says yes, a name within it "may be".
//   - A code near to a listed one says "may be".
//   - What could have been recognised, and was not, is not the concept.
func decide(k Kind, e evidence, l covered) (g Grade, coding int16) {
	named := e.whole || k == MedicationKind && e.within
	inside := e.within
	if k == ObservationKind && l.codes {
		named, inside = false, e.whole
	}
	switch {
	case e.coded > 0 && (e.excepted || e.exceptName):
		return MayBe, e.coded - 1
	case e.coded > 0:
		return ByCode, e.coded - 1
	case e.excepted:
		return 0, -1
	case e.exceptName:
		return MayBe, -1
	case named:
		return ByName, -1
	case e.perhaps > 0 || inside:
		return MayBe, e.perhaps - 1
	case l.readable:
		return 0, -1
	}
	return Unreadable, -1
}
