// A bulk day goes on by itself while its page is open. Without this file somebody presses the button.
"use strict";
document.querySelector("form[data-goes-on]")?.requestSubmit();
