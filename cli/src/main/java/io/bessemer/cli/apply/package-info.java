/// `bessemer apply`: what a file describes, compared with what the server has, and brought about.
package io.bessemer.cli.apply;
