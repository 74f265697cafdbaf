/**
 * Draws pipelines: what a file says becomes a graph, the graph is laid out in layers, and the layout becomes SVG. Sends
 * nothing; how the steps of a job stand is handed in.
 */
@NullMarked
package io.github.amlmaven.core.graph;

import org.jspecify.annotations.NullMarked;
