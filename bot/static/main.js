// The full page: the conversation fills it.

import { mount } from "./chat.js";

mount(document.getElementById("chat"));
