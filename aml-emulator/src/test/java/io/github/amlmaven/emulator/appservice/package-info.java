/** Plans, sites and slots, driven by azure-resourcemanager-appservice. */
@NullMarked
package io.github.amlmaven.emulator.appservice;

import org.jspecify.annotations.NullMarked;
