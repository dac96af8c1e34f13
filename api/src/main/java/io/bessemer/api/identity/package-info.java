/// Who asks, and who may do what. [Policy] is the one table of it; [Gatekeeper] stands before every resource and holds requests to it; an
/// [Authentication] says who asks.
package io.bessemer.api.identity;
