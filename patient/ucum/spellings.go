// SPDX-License-Identifier: Apache-2.0

package ucum

// This file is data only: the spellings of units that Lookup knows beyond UCUM.
// Every code on the right is strict UCUM, which a test checks. A table which is
// read before UCUM says so; its entries are there because no clinic uses the meaning
// of UCUM (ft: femtotonne, u/L: dalton per litre, Mg/dL: megagram).

// wholeCodes maps a whole unit, spelled exactly so. It is read before UCUM.
var wholeCodes = map[string]string{
	"G/L": "10*9/L", "G/l": "10*9/L", "T/L": "10*12/L", "T/l": "10*12/L", // not gauss, tesla
	"Giga/L": "10*9/L", "giga/L": "10*9/L", "Tera/L": "10*12/L", "tera/L": "10*12/L",
	"Gpt/L": "10*9/L", "Gpt/l": "10*9/L", "Tpt/L": "10*12/L", "Tpt/l": "10*12/L",
	"bil/L": "10*9/L", "billion/L": "10*9/L",
	"E3/L": "10*3/L", "E6/L": "10*6/L", "E9/L": "10*9/L", "E12/L": "10*12/L",
	"mM": "mmol/L", "uM": "umol/L", "nM": "nmol/L", "pM": "pmol/L",
	"°": "deg",
}

// foldedCodes maps a whole unit in small letters without spaces; the case of
// the text does not count. It is read before UCUM.
var foldedCodes = map[string]string{
	// Plain numbers and proportions.
	"ratio": "{ratio}", "score": "{score}", "(score)": "{score}", "point": "{points}", "points": "{points}",
	"count": "{count}", "index": "{index}", "inr": "{INR}", "titer": "{titer}", "titre": "{titer}",
	"unitless": "{unitless}", "s/co": "{s_co}", "fraction": "10*2.%", "proportion": "10*2.%",
	"percent": "%", "pct": "%", "percentage": "%",
	// Temperature; the letters C and F alone are coulomb and farad.
	"°c": "Cel", "degc": "Cel", "deg.c": "Cel", "celsius": "Cel", "degreecelsius": "Cel", "degreescelsius": "Cel",
	"°f": "[degF]", "degf": "[degF]", "deg.f": "[degF]", "fahrenheit": "[degF]", "degreefahrenheit": "[degF]",
	"degreesfahrenheit": "[degF]",
	// Body measures.
	"lb": "[lb_av]", "lbs": "[lb_av]", "pound": "[lb_av]", "pounds": "[lb_av]", "oz": "[oz_av]", "ounce": "[oz_av]",
	"ounces": "[oz_av]", "in": "[in_i]", "in.": "[in_i]", "inch": "[in_i]", "inches": "[in_i]", "ft": "[ft_i]",
	"ft.": "[ft_i]", "foot": "[ft_i]", "feet": "[ft_i]",
	"kg/m^2": "kg/m2", "kg/m**2": "kg/m2", "kg/m*2": "kg/m2", "kg/m(2)": "kg/m2", "kg/sqm": "kg/m2", "kg/sq.m": "kg/m2",
	// Pressure, acidity, rates.
	"mmhg": "mm[Hg]", "mm[hg]": "mm[Hg]", "mm(hg)": "mm[Hg]", "cmh2o": "cm[H2O]", "cm[h2o]": "cm[H2O]", "ph": "[pH]",
	"bpm": "/min", "mm/1hr": "mm/h", "mm/1h": "mm/h",
	"mg/24h": "mg/d", "g/24h": "g/d", "ml/24h": "mL/d", "ug/24h": "ug/d", "mcg/24h": "ug/d", "mmol/24h": "mmol/d",
	// Microscope fields.
	"hpf": "/[HPF]", "/hpf": "/[HPF]", "#/hpf": "/[HPF]", "perhpf": "/[HPF]", "cells/hpf": "{cells}/[HPF]",
	"wbc/hpf": "{WBC}/[HPF]", "rbc/hpf": "{RBC}/[HPF]",
	"lpf": "/[LPF]", "/lpf": "/[LPF]", "#/lpf": "/[LPF]", "perlpf": "/[LPF]", "casts/lpf": "{casts}/[LPF]",
	// Arbitrary units: AU is the astronomical unit in UCUM.
	"au/ml": "[arb'U]/mL", "au/l": "[arb'U]/L",
	// D-dimer in fibrinogen equivalents, about twice the number of D-dimer units.
	"ng/mlfeu": "ng/mL.[FEU]", "ug/lfeu": "ug/L.[FEU]", "ug/mlfeu": "ug/mL.[FEU]", "mcg/mlfeu": "ug/mL.[FEU]",
	"mcg/lfeu": "ug/L.[FEU]", "mg/lfeu": "mg/L.[FEU]", "ng/ml(feu)": "ng/mL.[FEU]", "ug/ml(feu)": "ug/mL.[FEU]",
	// Where wrong case is another UCUM unit: megagram, gigametre, megamole, dalton.
	"mg": "mg", "mg/dl": "mg/dL", "mg/l": "mg/L", "mg/ml": "mg/mL", "mg/g": "mg/g", "mg/kg": "mg/kg", "mg/d": "mg/d",
	"mg/day": "mg/d", "mg/mmol": "mg/mmol", "mmol/l": "mmol/L", "mmol/mol": "mmol/mol", "mmol/molhb": "mmol/mol{Hb}",
	"mmol/dl": "mmol/dL", "mmol": "mmol", "gm": "g", "gm/dl": "g/dL", "gm/l": "g/L", "pg": "pg", "pg/ml": "pg/mL",
	"pg/dl": "pg/dL", "pmol/l": "pmol/L", "meq/l": "meq/L", "ml": "mL", "ml/min": "mL/min", "mm/h": "mm/h",
	"mm/hr": "mm/h", "u": "U", "u/l": "U/L", "u/ml": "U/mL", "mu/l": "mU/L", "mu/ml": "mU/mL", "uu/ml": "uU/mL",
	"ku/l": "kU/L", "u/g": "U/g", "u/kg": "U/kg", "u/d": "U/d", "u/h": "U/h",
	"u/hr": "U/h",
}

// countCodes maps the words for thousands and so on before a volume of
// countVolumes, as in K/uL. They are read before UCUM, where K is the kelvin.
var countCodes = map[string]string{
	"K": "10*3", "k": "10*3", "th": "10*3", "Th": "10*3", "TH": "10*3", "thou": "10*3", "Thou": "10*3", "THOU": "10*3",
	"thous": "10*3", "Thous": "10*3", "THOUS": "10*3", "thousand": "10*3", "Thousand": "10*3", "THOUSAND": "10*3",
	"x1000": "10*3", "X1000": "10*3", "E3": "10*3",
	"M": "10*6", "mil": "10*6", "Mil": "10*6", "MIL": "10*6", "mill": "10*6", "Mill": "10*6", "MILL": "10*6",
	"million": "10*6", "Million": "10*6", "MILLION": "10*6", "Mio": "10*6", "Mio.": "10*6", "mio": "10*6", "E6": "10*6",
}

// countVolumes maps the volumes, in small letters, which follow a count.
var countVolumes = map[string]string{
	"ul": "uL", "mcl": "uL", "mm3": "mm3", "mm^3": "mm3", "mm**3": "mm3", "mm*3": "mm3", "cumm": "mm3", "cmm": "mm3",
	"cu.mm": "mm3", "mm(3)": "mm3", "ml": "mL",
}

// wordCodes maps single words of a unit that strict UCUM does not read; they
// are tried as they are and then in small letters.
var wordCodes = map[string]string{
	"mcg": "ug", "microgram": "ug", "micrograms": "ug", "gm": "g", "gms": "g", "gram": "g", "grams": "g", "kgs": "kg",
	"milligram": "mg", "milligrams": "mg", "nanogram": "ng", "nanograms": "ng",
	"mcl": "uL", "cc": "mL", "ccs": "mL", "mls": "mL", "litre": "L", "litres": "L", "liter": "L", "liters": "L",
	"mcmol": "umol", "micromol": "umol", "micromole": "umol", "micromoles": "umol", "millimole": "mmol",
	"millimoles": "mmol", "eq": "eq", "meq": "meq", "ueq": "ueq", "osmol": "osm", "mosmol": "mosm", "mosm": "mosm",
	"iu": "[IU]", "miu": "m[IU]", "uiu": "u[IU]", "mciu": "u[IU]", "kiu": "k[IU]", "unit": "U", "units": "U",
	"cfu": "[CFU]", "pfu": "[PFU]", "bu": "[beth'U]", "gpl": "[GPL'U]", "mpl": "[MPL'U]", "apl": "[APL'U]",
	"cell": "{cell}", "cells": "{cells}", "copy": "{copy}", "copies": "{copies}", "wbc": "{WBC}", "rbc": "{RBC}",
	"beat": "{beat}", "beats": "{beats}", "breath": "{breath}", "breaths": "{breaths}", "events": "{events}",
	"sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "min": "min", "mins": "min", "minute": "min",
	"minutes": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk",
	"weeks": "wk", "wks": "wk", "month": "mo", "months": "mo", "mos": "mo", "year": "a", "years": "a", "yr": "a",
	"yrs": "a", "24h": "d", "24hr": "d", "24hrs": "d", "24hour": "d", "24hours": "d",
	"cumm": "mm3", "cmm": "mm3", "mm^3": "mm3", "mm**3": "mm3", "sqm": "m2", "m^2": "m2", "m**2": "m2", "cm^2": "cm2",
	"cm^3": "cm3", "m^3": "m3", "percent": "%", "mmhg": "mm[Hg]", "cmh2o": "cm[H2O]", "hpf": "[HPF]", "lpf": "[LPF]",
}

// upperCodes maps single words of a unit that is written in capitals throughout,
// which is read before UCUM, where MG is the megagauss.
var upperCodes = map[string]string{
	"KG": "kg", "G": "g", "GM": "g", "MG": "mg", "UG": "ug", "MCG": "ug", "NG": "ng", "PG": "pg", "FG": "fg",
	"L": "L", "DL": "dL", "ML": "mL", "UL": "uL", "MCL": "uL", "NL": "nL", "FL": "fL", "CC": "mL",
	"MOL": "mol", "MMOL": "mmol", "UMOL": "umol", "MCMOL": "umol", "NMOL": "nmol", "PMOL": "pmol",
	"MEQ": "meq", "MOSM": "mosm", "MOSMOL": "mosm", "U": "U", "MU": "mU", "UU": "uU", "KU": "kU", "IU": "[IU]",
	"MIU": "m[IU]", "UIU": "u[IU]", "CM": "cm", "MM": "mm", "M2": "m2", "MM3": "mm3", "CUMM": "mm3",
	"SEC": "s", "MIN": "min", "H": "h", "HR": "h", "HRS": "h", "D": "d", "DAY": "d", "DAYS": "d", "WEEKS": "wk",
	"MONTHS": "mo", "YEARS": "a", "KPA": "kPa", "CELLS": "{cells}", "COPIES": "{copies}",
}
