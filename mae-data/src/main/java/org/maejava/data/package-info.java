/**
 * From a recipe to batches: {@link org.maejava.data.DataPlan} says what a batch of each task holds
 * and how an image gets there. Where images come from, in which order and on how many threads they
 * are read, how they are decoded and changed is in the packages below, which do not know this one.
 */
@NullMarked
package org.maejava.data;

import org.jspecify.annotations.NullMarked;
