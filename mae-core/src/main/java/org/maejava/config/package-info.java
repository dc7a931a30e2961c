/** Recipes: reading, merging, checking, naming. */
@NullMarked
package org.maejava.config;

import org.jspecify.annotations.NullMarked;
