/**
 * Examples by number and where they lie: folders, lists, IDX and CIFAR files, shards, the bundled
 * data set, and parts of them.
 */
@NullMarked
package org.maejava.data.source;

import org.jspecify.annotations.NullMarked;
