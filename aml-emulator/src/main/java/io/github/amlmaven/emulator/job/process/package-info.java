/** Commands as process groups with a log file: started, awaited with a limit, ended with all their descendants. */
@NullMarked
package io.github.amlmaven.emulator.job.process;

import org.jspecify.annotations.NullMarked;
