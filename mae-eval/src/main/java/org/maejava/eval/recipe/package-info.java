/** The bundled recipes and those in files. */
@NullMarked
package org.maejava.eval.recipe;

import org.jspecify.annotations.NullMarked;
