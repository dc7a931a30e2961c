/** What training does to images beyond framing them: colours, shapes, erasing, mixing. */
package org.maejava.data.augment;
