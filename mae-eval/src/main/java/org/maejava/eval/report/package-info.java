/** What a run or a comparison came to, for people and for programs. */
@NullMarked
package org.maejava.eval.report;

import org.jspecify.annotations.NullMarked;
