/** The whole path in minutes. */
@NullMarked
package org.maejava.eval.demo;

import org.jspecify.annotations.NullMarked;
