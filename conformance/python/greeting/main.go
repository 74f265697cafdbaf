// A server in one static file: tells its settings, for containers that a client of the emulator starts.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	// The Functions host names a port of its own to its custom handler.
	port := os.Getenv("FUNCTIONS_CUSTOMHANDLER_PORT")
	if port == "" {
		port = os.Getenv("PORT")
	}
	if port == "" {
		port = "8080"
	}
	fmt.Println("serving on", port)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("request", r.URL.Path)
		fmt.Fprint(w, os.Getenv("GREETING"))
	})
	if err := http.ListenAndServe(":"+port, nil); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
