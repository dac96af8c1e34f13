/// Disk images, imported once: fetched, checked, made raw, cut in chunks that are hashed and compressed, and published in one move.
///
/// On disk: `{id}/manifest.json` and `{id}/chunks/{sha256}` are what agents fetch, `{id}/info.json` is what we know about it.
/// `.work/` holds imports under way; what a killed process left there is removed by the next one.
package io.bessemer.images;
