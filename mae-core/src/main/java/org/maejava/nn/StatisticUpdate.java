package org.maejava.nn;

import org.maejava.nn.Params.Param;
import org.tensorflow.op.Op;

/**
 * What changes a variable with every batch, beside the gradients: a running statistic.
 *
 * @param statistic what is changed
 * @param op to be run with the batch
 */
public record StatisticUpdate(Param statistic, Op op) {}
