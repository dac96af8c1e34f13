/// Where everything durable is: tables by Flyway, SQL by MyBatis (one mapper a table), and the stores that core declares. H2 in
/// `MODE=MariaDB` and MariaDB run the same statements. Begin at [io.bessemer.db.Database].
package io.bessemer.db;
