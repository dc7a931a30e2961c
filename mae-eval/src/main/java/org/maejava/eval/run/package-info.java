/** One training in a folder: begun, stopped, gone on with, evaluated, exported. */
@NullMarked
package org.maejava.eval.run;

import org.jspecify.annotations.NullMarked;
