/// Sessions with many BMCs over few sockets.
///
/// Every BMC has a [io.bessemer.ipmi.session.BmcLink] that lives on one event loop: its queue, its session, its one request in
/// flight. Nothing is shared, so nothing is locked. [io.bessemer.ipmi.session.IpmiClient] is the way in, from any thread.
package io.bessemer.ipmi.session;
