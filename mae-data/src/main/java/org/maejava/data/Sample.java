package org.maejava.data;

import java.util.Map;

/**
 * One image's rows of a batch.
 *
 * @param name of the image
 * @param rows values by the tensor's name
 */
record Sample(String name, Map<String, float[]> rows) {}
