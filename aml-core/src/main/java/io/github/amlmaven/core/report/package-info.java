/**
 * What a build knows of its model, put together for people: from the records that goals have left and from the files of the
 * project. Asks no service; knows no form of output.
 */
@NullMarked
package io.github.amlmaven.core.report;

import org.jspecify.annotations.NullMarked;
