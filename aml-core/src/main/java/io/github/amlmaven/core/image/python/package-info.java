/**
 * The Python packages of an image: what a project's file asks for, as wheels of the image's platform, unpacked the way they
 * lie in it. Knows pip, conda's names and a cache; does not know what else an image is made of.
 */
@NullMarked
package io.github.amlmaven.core.image.python;

import org.jspecify.annotations.NullMarked;
