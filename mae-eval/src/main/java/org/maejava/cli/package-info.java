/** The command line: the only place that prints, reads arguments and exits. */
@NullMarked
package org.maejava.cli;

import org.jspecify.annotations.NullMarked;
