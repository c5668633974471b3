// SPDX-License-Identifier: Apache-2.0

package ucum_test

import (
	"fmt"
	"math/big"

	"github.com/eligo-trials/eligo/patient/ucum"
)

func ExampleLookup() {
	for _, s := range []string{"K/uL", "mL/min/1.73 m²", "Mg/dl", "IU/L"} {
		u, err := ucum.Lookup(s)
		fmt.Println(u, err)
	}
	// Output:
	// 10*3/uL <nil>
	// mL/min/(173.10*-2.m2) <nil>
	// mg/dL <nil>
	// [IU]/L <nil>
}

func ExampleUnit_To() {
	from, _ := ucum.Parse("Cel")
	to, _ := ucum.Parse("[degF]")
	c, err := from.To(to)
	fmt.Println(c.Apply(big.NewRat(37, 1)).FloatString(1), c.Scale, c.Offset, err)
	_, err = from.To(ucum.Unit{})
	fmt.Println(err)
	// Output:
	// 98.6 9/5 32/1 <nil>
	// ucum: Cel to 1: the dimensions differ, K and 1
}

func ExampleUnit_ToViaAnalyte() {
	from, _ := ucum.Parse("umol/L")
	to, _ := ucum.Parse("mg/dL")
	c, err := from.ToViaAnalyte(to, ucum.Analyte{MolarMass: big.NewRat(11312, 100)}) // creatinine
	fmt.Println(c.Apply(big.NewRat(100, 1)).FloatString(4), err)
	// Output: 1.1312 <nil>
}
