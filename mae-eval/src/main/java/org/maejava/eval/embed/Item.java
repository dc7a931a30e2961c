package org.maejava.eval.embed;

/**
 * One image of a data set and what a model says of it.
 *
 * @param half {@code train} or {@code val}
 * @param index in its half
 * @param name as messages call it
 * @param label the name of its class, empty if it has none
 * @param answer of the model
 * @param <T> features or classes
 */
public record Item<T>(String half, int index, String name, String label, T answer) {}
