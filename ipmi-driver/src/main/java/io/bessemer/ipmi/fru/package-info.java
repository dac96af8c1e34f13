/// What parts of a machine tell of themselves: Platform Management FRU Information Storage Definition, version 1.0.
package io.bessemer.ipmi.fru;
