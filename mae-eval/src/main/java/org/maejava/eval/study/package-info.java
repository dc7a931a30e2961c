/** A comparison from its file to its report: weights, rows, cells, charts. */
@NullMarked
package org.maejava.eval.study;

import org.jspecify.annotations.NullMarked;
