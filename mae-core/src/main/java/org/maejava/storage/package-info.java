/**
 * Files and folders that are there whole or not at all, whenever the process is killed: written
 * under another name, synced, renamed. And text as users write it.
 */
@NullMarked
package org.maejava.storage;

import org.jspecify.annotations.NullMarked;
