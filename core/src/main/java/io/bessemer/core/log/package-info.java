/// What keeps the log readable.
package io.bessemer.core.log;
