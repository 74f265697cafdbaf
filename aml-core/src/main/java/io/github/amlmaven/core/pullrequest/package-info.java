/**
 * Tells a pull request how a job has ended: Azure DevOps threads and statuses, GitHub commit statuses. Knows no job's
 * service; what is told is handed in.
 */
@NullMarked
package io.github.amlmaven.core.pullrequest;

import org.jspecify.annotations.NullMarked;
