// No page of the portal draws with the chart library that the console's theme brings along: its 200 KB are not sent.
