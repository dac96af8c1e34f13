/// What is checked on a host before it is enabled. A check says what it found, or throws with what is wrong and what to do.
package io.bessemer.host.check;
