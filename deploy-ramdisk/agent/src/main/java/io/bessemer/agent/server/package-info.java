/// The server as the agent sees it: plain HTTP with `HttpURLConnection`, which starts faster and needs less memory than
/// `java.net.http`.
package io.bessemer.agent.server;
