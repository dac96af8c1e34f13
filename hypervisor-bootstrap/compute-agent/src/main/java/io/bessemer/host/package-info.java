/// The compute agent: it joins the server, makes of its host what the orders say, verifies it, and reports what is. Level-triggered: it
/// compares and acts, again and again, so nothing is lost when it is killed.
package io.bessemer.host;
