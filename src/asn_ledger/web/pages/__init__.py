"""The pages: for each a frozen context, a pure builder from query rows to it, and the route that joins them."""
