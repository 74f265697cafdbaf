/**
 * Azure Monitor (Microsoft.Insights) for online endpoints: metrics of the requests that the front end has really answered, and
 * autoscale settings that change the number of a deployment's instances by them. Knows no other service.
 */
@NullMarked
package io.github.amlmaven.emulator.monitor;

import org.jspecify.annotations.NullMarked;
