/** Where images lie: folders, IDX files, the bundled data set, and parts of them. */
package org.maejava.data.source;
