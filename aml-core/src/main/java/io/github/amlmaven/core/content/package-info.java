/**
 * The content of a folder or a file: which files count (ignore rules, links, boundary), and the hashes they are known
 * by. One reading for all, so that the model registered and the model in an image are the same files. Knows no service
 * and no file format.
 */
@NullMarked
package io.github.amlmaven.core.content;

import org.jspecify.annotations.NullMarked;
