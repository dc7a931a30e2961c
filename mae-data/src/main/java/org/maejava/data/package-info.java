/**
 * Images to batches: where they come from ({@link org.maejava.data.DataSpec}), in which order and
 * on how many threads they are read ({@link org.maejava.data.Dataset}), and what a batch of each
 * task holds ({@link org.maejava.data.DataPlan}).
 */
package org.maejava.data;
