// SPDX-License-Identifier: Apache-2.0

package terminology

// kindReader reads the wordings and codes of facts of one kind. It has prepared the
// own terms of the concepts that it is asked about, which it knows by their node.
type kindReader interface {
	// readText reads a wording. It is not empty.
	readText(text string) reading
	// readCode reads a code of a system by what is known about it, besides the codes
	// that concepts list. It returns nil if the code is not known.
	readCode(system, code string) reading
}

// reading is what one wording or one code of a fact says, read once for all concepts.
type reading interface {
	// relate gives the reason by which the fact is, may be or is not an instance of a
	// node's own terms. It is never NoReason.
	relate(node int32) Reason
}

// excepting is a reading of a product, whose words describe the whole of it: an
// excepted name anywhere in the wording takes it out of a class.
type excepting interface {
	// excepts reports whether a name that the node excepts stands in the wording.
	excepts(node int32) bool
}

// titled is a reading of a wording, or of a code by its title. Readings with the same
// title say the same words: a display that repeats the title of a code adds nothing.
type titled interface{ title() string }
