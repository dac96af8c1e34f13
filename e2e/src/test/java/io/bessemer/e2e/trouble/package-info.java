/// What goes wrong on a site, shown on a real server with simulated machines: each fault is told with what was found and what to do,
/// costs nothing that was there, and once it is corrected the job goes on.
package io.bessemer.e2e.trouble;
