cp "$1/factor.json" "$3"
echo "$2" > "$3/rate"
