/** What kinds of run there are: each is one class that answers for itself. */
@NullMarked
package org.maejava.eval.task;

import org.jspecify.annotations.NullMarked;
