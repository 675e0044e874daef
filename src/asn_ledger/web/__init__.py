"""HTTP only: what programs and browsers ask, and what they are shown.

application      create_app(service): the service as a web application
service          what the web needs of a running service
auth             who asks: token or cookie, and the gate on every route
asking           a question with both its times, answered in one snapshot
visibility       query rows -> what a role may see
representations  what is sent
lists            pages of a list: cursors and Link
problems         refusals and failures -> RFC 9457 problem details
middleware       request id, headers, what is measured
api/             one module per concept
pages/           one module per page
"""
