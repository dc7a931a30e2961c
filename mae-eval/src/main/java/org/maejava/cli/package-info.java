/** The command line: the only place that prints, reads arguments and exits. */
package org.maejava.cli;
